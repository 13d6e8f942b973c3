"""The codebook of recorded poses (InterFusion's first stage, Dai et al. 2024, with motion in place of pictures)."""
