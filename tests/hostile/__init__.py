"""What a repository can bring along to attack its reader; nothing of it may run or be believed."""
