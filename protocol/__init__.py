"""What the extension and the backend say to each other. Standard library, numpy and pyzmq; never bpy, never torch."""
