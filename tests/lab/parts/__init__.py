"""The real daemons that the lab runs, one file per part; `catalogue` lists them in order."""
