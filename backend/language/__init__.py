"""Reading prompts without a learned model: lexicons and a small grammar for one sentence about people in a place."""
