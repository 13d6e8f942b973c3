"""What people wear: garments, shoes, hair and the face's details, made from the body itself.

Everything is designed once per body model on one reference body (`measures`), as pieces (`piece`) whose topology,
weights and texture coordinates are the same for everybody; a person only gives them vertices. Rest frame, metres.
"""
