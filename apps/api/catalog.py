"""What the shop sells: fixed, so that every plane and every test sees the same."""

from .models import Product

PRODUCTS = (
    Product(id="espresso-machine", name="Espresso machine", price_cents=24900),
    Product(id="coffee-grinder", name="Coffee grinder", price_cents=8900),
    Product(id="milk-frother", name="Milk frother", price_cents=3900),
    Product(id="kettle", name="Gooseneck kettle", price_cents=5900),
    Product(id="french-press", name="French press", price_cents=2900),
    Product(id="scale", name="Coffee scale", price_cents=4500),
    Product(id="cup-set", name="Set of six cups", price_cents=1900),
    Product(id="beans-1kg", name="Coffee beans, 1 kg", price_cents=1800),
)
BY_ID = {product.id: product for product in PRODUCTS}
