"""Shapes out of pictures: the autoencoder of volumes, the denoiser of its latents, and CISP's own as the reference."""
