# %% [markdown]
"""# A soil information system from Python

Everything that soilinfo serves, read with libraries that know nothing of soilinfo
(`pip install OWSLib geopandas xarray scipy rasterio`). Run it as a program, `python client.py [URL]`, or as
the notebook `client.ipynb`, which is the same; `SOILINFO_URL` names the server there. It finds by itself what
the service has, so it runs against any of them.
"""

# %%
import io
import os
import sys
from urllib.parse import urlencode

import geopandas
import rasterio
import rasterio.warp
import xarray
from owslib.ogcapi.edr import EnvironmentalDataRetrieval
from owslib.ogcapi.features import Features
from owslib.ogcapi.maps import Maps
from owslib.ogcapi.processes import Processes
from owslib.ogcapi.records import Records
from owslib.util import openURL
from owslib.wmts import WebMapTileService

in_notebook = "ipykernel" in sys.modules
address = sys.argv[1] if len(sys.argv) > 1 and not in_notebook else os.environ.get("SOILINFO_URL")
SERVER = (address or "http://127.0.0.1:5000").rstrip("/")

# %% [markdown]
# ## Which datasets are there?
# The catalogue is searched by words in any language of the service; each record leads to what it describes.

# %%
found = Records(SERVER).collection_items("records", q="pH", type="dataset", limit=5)
datasets = {record["id"]: record["properties"]["title"] for record in found["features"]}
print("datasets that mention pH:", ", ".join(f"{title} ({name})" for name, title in datasets.items()))

features = Features(SERVER)
by_id = {each["id"]: each for each in features.collections()["collections"]}
tables = [name for name in by_id if name.startswith("suitability_by_")]
files = {
    name: link["href"] for name, each in by_id.items() for link in each["links"] if link["rel"] == "enclosure"
}
TABLE, RASTER = tables[-1], "ph_h2o" if "ph_h2o" in files else next(iter(files))

# %% [markdown]
# ## Features, filtered by the server
# CQL2 chooses the rows, here of areas that are known for the most part: maps need not cover every region.
# FlatGeobuf, GeoPackage and GeoParquet come whole, so there are no pages to follow. Columns and the values to
# filter by stand in the collection's queryables.

# %%
some = features.collection_items(TABLE, limit=1, skipGeometry="true")["features"][0]["properties"]
CROP = some["crop"]
chosen = f"crop = '{CROP}' AND scenario = 'actual' AND nodata_pct < 50"
table = openURL(f"{SERVER}/collections/{TABLE}/items", urlencode({"f": "fgb", "filter": chosen}))
land = geopandas.read_file(io.BytesIO(table.read()))
largest = land.sort_values("total_ha", ascending=False).iloc[0]
REGION, PLACE = largest["code"], largest.geometry.representative_point()
print(f"{len(land)} areas for {CROP}; the largest, {largest['name']}, has {largest['s1_ha']:,.0f} ha of S1")

# %% [markdown]
# ## A window of a map as an array
# NetCDF by the CF conventions: values are decoded, no data is NaN, the unit stands beside them.

# %%
x, y = PLACE.x, PLACE.y
window = openURL(
    f"{SERVER}/collections/{RASTER}/coverage",
    f"f=netcdf&bbox={x - 0.05},{y - 0.05},{x + 0.05},{y + 0.05}",
)
cube = xarray.open_dataset(io.BytesIO(window.read()), engine="scipy").load()
values = cube[RASTER]
print(f"{RASTER} round {x:.3f}, {y:.3f}: {values.shape} cells, mean {float(values.mean()):.2f}")

# %% [markdown]
# ## The same cells from the file
# Each raster is a cloud-optimised GeoTIFF, too; only the pieces needed are fetched.

# %%
with rasterio.open(f"/vsicurl/{files[RASTER]}") as raster:
    (xs, ys) = rasterio.warp.transform("EPSG:4326", raster.crs, [x], [y])
    packed = next(raster.sample([(xs[0], ys[0])], masked=True))[0]
    there = float(packed) * raster.scales[0] + raster.offsets[0]
    print(f"{RASTER} at the place, from the file: {there:.2f}, of {raster.width} x {raster.height} cells")

# %% [markdown]
# ## What is the soil here?
# Every property at a place, at each depth: OGC API - EDR.

# %%
edr = EnvironmentalDataRetrieval(SERVER)
soil = edr.query_data("soil", "position", coords=f"POINT({x} {y})")
members = soil.get("coverages", [soil])
known = {name: part["values"][0] for each in members for name, part in each["ranges"].items()}
print("the soil there:", ", ".join(f"{name} {value}" for name, value in sorted(known.items())))

# %% [markdown]
# ## How much land suits a crop?
# A process computes it from the cells; larger areas become jobs that are asked after.

# %%
answer = Processes(SERVER).execute("land-suitability", {"region": REGION, "crop": CROP, "scenario": "actual"})
classes = ", ".join(f"{each['class']} {each['ha']:,.0f} ha" for each in answer["result"]["classes"])
print(f"{CROP} in {REGION}, computed from the cells: {classes}")

# %% [markdown]
# ## A soil profile at other depths
# Horizons of one's own, or the id of a published profile: `{"profile": ...}`. Each value says how it was come
# by; with `?f=svg` the same request is drawn as a depth plot. Every process has an example that runs.

# %%
processes = Processes(SERVER)
asked = processes.process("harmonize-profile")["example"]["inputs"]
asked["intervals"] = [[0, 30], [30, 100]]
profile = processes.execute("harmonize-profile", asked)["result"]
print("a profile of my own:", " ".join(row["sentence"]["en"] for row in profile["harmonized"]))

# %% [markdown]
# ## A map as a picture
# The picture has the colours of the legend at `/collections/{collection}/legend`.

# %%
picture = Maps(SERVER).map(RASTER, bbox=[x - 0.5, y - 0.5, x + 0.5, y + 0.5], width=400, height=400)
content = picture.read()  # in a notebook: IPython.display.Image(content)
print(f"a map as a picture: {len(content):,} bytes of PNG")

# %% [markdown]
# ## Map tiles for programs that know WMTS

# %%
wmts = WebMapTileService(f"{SERVER}/wmts")
layer = wmts[RASTER]
style = next(iter(layer.styles))
tile = wmts.gettile(
    layer=RASTER,
    style=style,
    tilematrixset="WebMercatorQuad",
    tilematrix="0",
    row=0,
    column=0,
    format="image/png",
)
print(f"{len(wmts.contents)} WMTS layers; '{layer.title}' has its legend at {layer.styles[style]['legend']}")
print(f"its first tile has {len(tile.read()):,} bytes")
