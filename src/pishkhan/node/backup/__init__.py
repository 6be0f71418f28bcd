"""Backup of a node, its restore and the drill that proves both.

A backup folder:

blobs/ab/<digest>        files of letters, shared by all sets: each is copied once
sets/<moment>/           one backup; it has this name only when it is whole
  manifest.json          what belongs to it, with digests; signed: manifest.sig
  blobs.list             "<digest> <size>" for each file of letters, sorted
  database.sqlite3 | database.dump
  home/…                 small files of HOME
  private.tar | private.tar.age   keys and certificates
sets/.part-<moment>/     one under way; what a killed run left is removed by the next

The database is taken first and the files after it: a row only ever names files that were already
durable, and files never change. So what came meanwhile does no harm, and nothing is missing.
"""
