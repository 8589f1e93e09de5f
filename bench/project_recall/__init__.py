"""What of a project is shown, against what a function really uses."""
