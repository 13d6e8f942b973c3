"""Objects as shapes: pictures and volumes into one embedding, and shapes out of it."""
