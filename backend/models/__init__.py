"""The models that users bring: where they lie, whether they are whole, and how to get them. See backend/providers."""
