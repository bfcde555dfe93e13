"""Imported by the fork server before it makes the first worker: what all workers share is loaded here, once.

The garbage collector leaves it alone from then on, so that its pages stay shared with the workers.
"""

import gc

import pebble  # noqa: F401  # each worker would import it again

from pipeline.flow.reading import packaged_tagger

packaged_tagger()
gc.freeze()
