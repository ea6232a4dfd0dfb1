// The server of the shop is another one.
const { SHOP } = process.env;

export default {
  rewrites: () => [
    { source: '/api/:path*', destination: `${SHOP}/api/:path*` },
    { source: '/tunnel', destination: `${SHOP}/tunnel` },
  ],
  serverExternalPackages: ['@sentry/node'],
};
