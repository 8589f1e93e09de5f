"""What is generated is current, and lands where it belongs."""
