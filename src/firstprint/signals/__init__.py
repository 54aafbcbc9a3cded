"""What live books are worth: vig, consensus, later edges and risk. Pure."""
