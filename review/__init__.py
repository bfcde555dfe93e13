"""The reviewer's web page."""
