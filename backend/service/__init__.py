"""Broker and worker: who listens, who computes, and what passes between them."""
