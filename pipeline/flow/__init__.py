"""What is done with a message, and when."""
