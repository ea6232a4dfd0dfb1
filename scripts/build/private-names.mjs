// Names of properties that stand on objects of ours only: no page, browser or server ever sees them, so that the package has
// short ones in their place (400 bytes less after brotli). A name that stands anywhere else too must not be in this list, be it in
// what a hook is called with: tests/scripts/private-names.test.mjs looks for some that do. Copies of one version read each other's
// objects, hence the names are the same in all files of a build.

const BY_ROOM = {
  core: 'applied begun frozen hostAndPort isXhr judged patterns samplingContext',
  scope:
    'fields getIntegrationNames inForce isClosed isLifecycleOpen isOff isOn known listeners listens processors telling traces wrong',
  span: `afterEnd allowed beganAt childAt childStarted deadline discarded due ending finalAt foreign goneEnd idle idleAt idleRoots kept
    loss owned restores running spanEnded streamed timeouts timer tree untrimmed wake wakesAt`,
  send: `buckets giveUp hold hurry isFull isLocalhost isSeen late leaveIn loseCargo losses outcomes ownWord refuses
    answered born cargo closedUntil failures isEmpty isStuck nextAt outbox parcels recovers settle teller unsure wakeAt
    seen sendAlone sendMetrics sendRoot sendSpans timers useTransport`,
  page: 'attaches bare declined hearers listening plan traced timed wanted',
};

export const PRIVATE_NAMES = Object.values(BY_ROOM).flatMap((names) => names.split(/\s+/));
