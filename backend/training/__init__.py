"""What we train ourselves, from folders that the user names. Nothing here is needed to run the backend."""
