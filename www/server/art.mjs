// The shop's pictures, drawn as SVG so that the page needs no other files.

const svg = (viewBox, content) =>
  `<svg viewBox="${viewBox}" aria-hidden="true" focusable="false">${content}</svg>`;

/** A tea tin: body and lid in one colour, a paper label with a motif. */
const tin = ({ body, shade, lid, motif }) =>
  svg(
    '0 0 120 120',
    `<ellipse cx="60" cy="107" rx="36" ry="5" fill="#000" opacity=".12"/>
    <rect x="28" y="34" width="64" height="72" rx="7" fill="${body}"/>
    <path d="M74 34h11a7 7 0 0 1 7 7v58a7 7 0 0 1-7 7H74z" fill="${shade}"/>
    <rect x="25" y="20" width="70" height="18" rx="6" fill="${lid}"/>
    <rect x="52" y="13" width="16" height="9" rx="4.5" fill="${lid}"/>
    <rect x="38" y="50" width="44" height="44" rx="4" fill="#fbf7ec"/>
    ${motif}`,
  );

export const art = {
  leaf: svg(
    '0 0 24 24',
    '<path d="M20 3C10 3 4 8 4 15c0 2 .6 3.6 1.3 4.8" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/><path d="M20 3c1 10-4 16-12 16-1 0-2-.2-2.7-.5C7 13 11 9.5 15 8" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>',
  ),
  sencha: tin({
    body: '#5f9468',
    shade: '#507f59',
    lid: '#3d6747',
    motif:
      '<path d="M60 86c-11-6-12-19 0-29 12 10 11 23 0 29z" fill="#7fb085"/><path d="M60 88V66m0 12 5-5m-5 0-5-5" stroke="#3d6747" stroke-width="2" fill="none" stroke-linecap="round"/>',
  }),
  lapsang: tin({
    body: '#51586b',
    shade: '#434a5b',
    lid: '#2f3441',
    motif:
      '<path d="M50 86c-5-6 5-9 0-15s4-9 1-13m9 28c-5-6 5-9 0-15s4-9 1-13m9 28c-5-6 5-9 0-15s4-9 1-13" stroke="#a2583c" stroke-width="2.6" fill="none" stroke-linecap="round"/>',
  }),
  hibiscus: tin({
    body: '#c65a74',
    shade: '#b04c65',
    lid: '#87344a',
    motif:
      '<g fill="#e08a9d"><circle cx="60" cy="63" r="7.5"/><circle cx="69" cy="70" r="7.5"/><circle cx="66" cy="80" r="7.5"/><circle cx="54" cy="80" r="7.5"/><circle cx="51" cy="70" r="7.5"/></g><circle cx="60" cy="73" r="5" fill="#f2c14e"/>',
  }),
  teapot: svg(
    '0 0 120 120',
    `<ellipse cx="60" cy="107" rx="38" ry="5" fill="#000" opacity=".12"/>
    <path d="M34 52C34 14 86 14 86 52" fill="none" stroke="#6d5b4b" stroke-width="5" stroke-linecap="round"/>
    <path d="M88 70c12 0 12-17 22-18-3 12-6 29-24 34z" fill="#3b4650"/>
    <path d="M24 76c0-17 15-27 36-27s36 10 36 27c0 18-12 30-22 30H46c-10 0-22-12-22-30z" fill="#46535f"/>
    <path d="M76 51c12 4 20 13 20 25 0 18-12 30-22 30h-8c14-10 20-36 10-55z" fill="#3b4650"/>
    <path d="M38 52c4-6 12-9 22-9s18 3 22 9c-12 4-32 4-44 0z" fill="#2f3942"/>
    <circle cx="60" cy="40" r="5" fill="#2f3942"/>
    <g fill="#5d6c79"><circle cx="36" cy="68" r="2"/><circle cx="46" cy="66" r="2"/><circle cx="56" cy="65" r="2"/><circle cx="66" cy="66" r="2"/><circle cx="41" cy="75" r="2"/><circle cx="51" cy="74" r="2"/><circle cx="61" cy="74" r="2"/><circle cx="36" cy="82" r="2"/><circle cx="46" cy="83" r="2"/><circle cx="56" cy="83" r="2"/></g>`,
  ),
};
