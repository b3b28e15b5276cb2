"""The CrossGuard policy pack of planewatch: what a stack must keep to, checked before anything is created.

The pack stands alone: it reads resources and the stack's configuration, and imports nothing else of the project.
Module names here must not be names of the standard library, because the pack's folder is first on `sys.path`
when the engine runs it.
"""
