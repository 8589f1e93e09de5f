"""What an agent is, for a person who reads its file: what a run gives, who is asked, where it is offered.

Only words; never reads a file.
"""

from flux_lsp.actions.agents.values import Agent

_GIVES = {
    "edit": "proposes an edit of the target",
    "tests": "writes tests",
    "answer": "answers in words and changes nothing",
    "findings": "lists findings and changes nothing",
}


def describe_agent(agent: Agent) -> str:
    """Describe an agent in Markdown, as Flux would run it."""
    lines = [f"**{agent.id}** {_GIVES[agent.returns]}.", _describe_model(agent)]
    lines += [_describe_rights(agent)] if agent.returns == "edit" else []
    if agent.languages or agent.paths:
        places = ", ".join(f"`{place}`" for place in (*agent.languages, *agent.paths))
        lines.append(f"It is offered in {places}.")
    if agent.attempts is not None:
        lines.append(f"It gets {agent.attempts} answers at most.")
    if not agent.is_enabled:
        lines.append("It is disabled.")
    elif not agent.is_listed:
        lines.append("No menu lists it.")
    return "\n\n".join(lines)


def _describe_rights(agent: Agent) -> str:
    more = ", and make new files" if agent.may_create else ""
    return f"With your yes it may also change other files that it was shown{more}."


def _describe_model(agent: Agent) -> str:
    choice = agent.choice
    if choice.model:
        first = f"It asks `{choice.model}`"
    elif choice.tier:
        first = f"It asks {choice.tier.capitalize()}"
    else:
        first = "The routing chooses the model"
    if agent.escalates_to is None or agent.escalates_to == choice.tier:
        return f"{first}."
    return f"{first}; failed answers go to {agent.escalates_to.capitalize()}."
