"""Generated parts inside of files that people write: what stands between two marker lines.

Never touches a character outside of them.
"""


def replace_between(host: str, name: str, content: str) -> str:
    """`host` with `content` between its lines `generated:NAME:begin` and `generated:NAME:end`.

    Raises ValueError when the markers are not there, once and in order.
    """
    lines = host.splitlines(keepends=True)
    begin = [n for n, line in enumerate(lines) if f"generated:{name}:begin" in line]
    end = [n for n, line in enumerate(lines) if f"generated:{name}:end" in line]
    if len(begin) != 1 or len(end) != 1 or begin[0] > end[0]:
        raise ValueError(f"no marker lines `generated:{name}:begin` and `…:end`")
    return "".join([*lines[: begin[0] + 1], content, *lines[end[0] :]])
