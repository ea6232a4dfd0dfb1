import { getTraceData } from '@sentry/node';
import { headers } from 'next/headers';

export async function generateMetadata() {
  // A page of its own for each request, and not one that was rendered by the build.
  await headers();
  return { title: 'Shop', other: getTraceData() };
}

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
