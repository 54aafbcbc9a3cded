"""What each market is now, and whether it is recorded: folds of what the stream, REST and the clock say. Pure."""
