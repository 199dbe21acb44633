"""Cohere: reads, cites, translates and embeds through the SDK's v2 client."""
