// The server of the shop is another one while the page is being developed.
const { SHOP } = process.env;

export default { server: { proxy: { '/api': SHOP, '/tunnel': SHOP } } };
