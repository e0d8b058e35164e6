"""Invented announcements (marked 演示) that say about invented institutions only what the register says."""
