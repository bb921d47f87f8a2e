"""What pygeoapi serves from: providers over the store, built for each request and so cheap."""
