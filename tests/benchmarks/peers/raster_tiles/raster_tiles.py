"""TiTiler as its guide makes it; runs in the peers' own environment."""

from fastapi import FastAPI
from titiler.core.factory import TilerFactory

app = FastAPI()
app.include_router(TilerFactory().router)


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "up"}
