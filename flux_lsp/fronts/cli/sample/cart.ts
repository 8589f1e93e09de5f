// A small shopping cart: what is in it, what it costs, and what the customer pays.

export interface Line {
  name: string;
  price: number; // cents
  count: number;
}

export class Cart {
  private lines: Line[] = [];

  add(name: string, price: number, count = 1): this {
    if (count < 1) {
      throw new RangeError("a line holds at least one piece");
    }
    const known = this.lines.find((line) => line.name === name);
    if (known) {
      known.count += count;
    } else {
      this.lines.push({ name, price, count });
    }
    return this;
  }

  total(): number {
    return this.lines.reduce((sum, line) => sum + line.price * line.count, 0);
  }
}

export function applyDiscount(total: number, percent: number): number {
  if (percent < 0 || percent > 100) {
    throw new RangeError("a discount is between 0 and 100 percent");
  }
  const reduced = total - Math.round((total * percent) / 100);
  return Math.max(reduced, 0);
}
