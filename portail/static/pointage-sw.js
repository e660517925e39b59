/* Keeps the sheets of the roll call at hand when the network is cut: the page last seen, what it is drawn with.
   Signing out empties it (Clear-Site-Data); so does a session that has ended; after half a day it is not shown. */
const CACHE = "pointage", VIE = 12 * 3600 * 1000;
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (e) => {
  const { request } = e, { pathname } = new URL(request.url);
  const page = request.mode === "navigate";
  const garde = page ? /^\/agents\/pointage(\/\d+)?$/ : /^\/static\/|^\/ville\.css$|^\/agents\/pointage\/.*\/photo$/;
  if (request.method === "GET" && garde.test(pathname)) e.respondWith(repondre(request, page ? pathname : request));
});
async function repondre(request, cle) {
  const cache = await caches.open(CACHE);
  try {
    const reponse = await fetch(request);
    if (reponse.ok) await cache.put(cle, reponse.clone());
    if (reponse.type === "opaqueredirect") await caches.delete(CACHE); // to the sign-in page
    return reponse;
  } catch (panne) {
    const gardee = await cache.match(cle, { ignoreVary: true });
    const datee = gardee?.headers.get("Date")?.slice(0, 29); // a server and what is before it may each say one
    if (Date.now() - Date.parse(datee) < VIE) return gardee;
    throw panne;
  }
}
