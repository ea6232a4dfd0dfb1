// Names of properties that stand on objects of ours only: no page, browser or server ever sees them, so that the package has
// short ones in their place (400 bytes less after brotli). A name that stands anywhere else too must not be in this list:
// tests/scripts/private-names.test.mjs looks for those that do.

const BY_ROOM = {
  core: 'applied begun decision frozen hostAndPort isXhr judged noCors patterns samplingContext',
  scope:
    'fields getIntegrationNames isClosed isOff isOn known listeners listens processors telling traces wrong',
  span: `afterEnd allowed beganAt childAt childStarted deadline discarded due ending finalAt foreign goneEnd idle idleAt kept
    loss owned refused restores running spanEnded streamed timeouts timer tree untrimmed wake wakesAt`,
  send: `buckets giveUp hold hurry isFull isLocalhost isSeen late leaveIn loseCargo losses outcomes outgoing ownWord refuses
    reportLosses seen sendAlone sendMetrics sendRoot sendSpans timers useTransport`,
  page: 'attaches bare declined listening plan timed wanted',
};

export const PRIVATE_NAMES = Object.values(BY_ROOM).flatMap((names) => names.split(/\s+/));
