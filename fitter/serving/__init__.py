"""`diskblur-fit serve`: a process that fits drawings for a viewer, over lines of JSON.

- `protocol`   what may be asked, checked line by line
- `job`        one drawing in, a bank file after each stage; can be stopped within a step of a fit
- `server`     the loop: a new request, a cancel or the end of the input stops what is running

    <- {"ready": true, "protocol": 1, "version": "0.1.0"}
    -> {"id": 7, "kernel": "k.npy", "max_radius_px": 32, "stages": [...], "out": "folder"}
    <- {"id": 7, "stage": 0, "progress": 0.4}
    <- {"id": 7, "stage": 0, "bank": "folder/7-0.safetensors", "seconds": 0.6, "quality": {...}}
    -> {"cancel": 7}
    <- {"id": 7, "cancelled": true}
    <- {"id": 8, "error": "..."}
"""
