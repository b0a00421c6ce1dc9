// Set-up, which runs before anything is built, owns this. `dist` does not hold it: the path leads to it from the sources and from `dist` alike.
export { cacheFolder, freeBytes } from '../../lib/engine/setup/cache.mjs';
