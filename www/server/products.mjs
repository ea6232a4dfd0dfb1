// What the shop sells. web shows these, orders takes the price from here and never from the browser.
// Prices are in cents.

export const CURRENCY = 'EUR';

export const PRODUCTS = [
  { id: 'sencha', name: 'Sencha', detail: 'Green tea, 100\u00a0g', price: 1400 },
  { id: 'lapsang', name: 'Lapsang', detail: 'Smoked tea, 100\u00a0g', price: 1650 },
  { id: 'hibiscus', name: 'Hibiscus', detail: 'Flower infusion, 80\u00a0g', price: 950 },
  { id: 'teapot', name: 'Teapot', detail: 'Cast iron, 0.9\u00a0l', price: 18900 },
];

/** At most this many of one product in an order. */
export const MAX_QUANTITY = 9;

/** Cards to pay with, known by their last four digits. */
export const CARDS = [
  { id: '4242', label: 'Card 4242' },
  { id: '0002', label: 'Card 0002 (declined)' },
];

export const findProduct = (id) => PRODUCTS.find((product) => product.id === id);
export const isCard = (id) => CARDS.some((card) => card.id === id);

/** `1400` → `€14.00` */
export const formatPrice = (cents) => `€${(cents / 100).toFixed(2)}`;
