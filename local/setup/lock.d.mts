/** Makes the lock; otherwise answers the number of the process that holds it. */
export function claim(lock: string): number | undefined;
