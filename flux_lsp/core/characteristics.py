"""What a request can be like, by name; the router gives each of these points.

Never imports anything heavy: actions are read before the first greeting.
"""

from typing import Literal

Characteristic = Literal[
    "well_defined_spec",
    "novel_problem",
    "pattern_application",
    "complex_reasoning",
    "security_critical",
    "code_generation",
    "architecture_design",
    "batch_processing",
    "creative_synthesis",
    "documentation",
]
