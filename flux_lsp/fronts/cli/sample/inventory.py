"""A small stock room: what is there, what it is worth, and what to order."""

from dataclasses import dataclass

LOW_STOCK = 5


class OutOfStockError(Exception):
    """There is less of an item than was asked for."""


@dataclass
class Item:
    """One kind of thing on the shelves; its price is in cents."""

    name: str
    price: int
    quantity: int = 0


def parse_item(line: str) -> Item:
    """Read one line of the stock list.

    >>> parse_item("bolt, 25, 100")
    Item(name='bolt', price=25, quantity=100)
    """
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 3:
        raise ValueError("a line holds a name, a price and a quantity")
    name, price, quantity = parts
    return Item(name, int(price), int(quantity))


def total_value(items: list[Item]) -> int:
    """Add up what everything is worth, in cents.

    >>> total_value([Item("bolt", 25, 100), Item("nut", 10)])
    2500
    """
    return sum(item.price * item.quantity for item in items)


def plan_orders(items: list[Item], minimum: int = LOW_STOCK, pack: int = 10) -> dict[str, int]:
    if pack < 1:
        raise ValueError("a pack holds at least one piece")
    orders: dict[str, int] = {}
    for item in items:
        x = minimum - item.quantity
        if x <= 0:
            continue
        packs = -(-x // pack)  # rounded up
        orders[item.name] = packs * pack
    return orders


def take(item: Item, count: int) -> Item:
    """Take pieces off the shelf and return what is left as a new item."""
    if count > item.quantity:
        raise OutOfStockError(f"only {item.quantity} of {item.name} left")
    return Item(item.name, item.price, item.quantity - count)
