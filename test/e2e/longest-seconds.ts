/** What takes longer hangs: no more than a guard, which tells what was waited for before the test is ended. */
export const LONGEST_SECONDS = 1_200;
