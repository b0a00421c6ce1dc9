/** The folder that every checkout on this machine shares: `$SWAPGRAPH_CACHE`, made absolute, where that is set and not empty, else `~/.cache/swapgraph`. */
export declare function cacheFolder(env?: NodeJS.ProcessEnv): string;

/** Bytes free for this user on the disk that holds `folder` or its nearest existing parent. */
export declare function freeBytes(folder: string): number;
