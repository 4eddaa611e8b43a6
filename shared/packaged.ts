/** Whether this runs from the package that users install, in which all is compiled, or from the repository, as it was written. */
export const PACKAGED = import.meta.url.endsWith('.js');
