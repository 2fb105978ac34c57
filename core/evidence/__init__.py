"""Pictures as evidence: previews for the map, tiles and contact sheets for the eye."""
