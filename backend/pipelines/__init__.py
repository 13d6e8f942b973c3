"""What the backend can do, one module per kind of request; each reads like its paper's overview figure."""
