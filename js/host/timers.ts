// `setTimeout` for bundles that run on servers, in the place of Node's: nothing that waits here keeps a process alive. What a
// process has to wait for, `flush` waits for.

/** As the global of this name. */
export const setTimeout = <Given extends unknown[]>(
  act: (...given: Given) => void,
  millis?: number,
  ...given: Given
): ReturnType<typeof globalThis.setTimeout> => {
  const timer = globalThis.setTimeout(act as () => void, millis, ...given);
  (timer as unknown as { unref?: () => void }).unref?.();
  return timer;
};
