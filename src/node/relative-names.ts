// Names of files from outside, which are to lie beneath some folder.

/** Whether a name may lead anywhere else, on any system. */
export const leadsOutside = (name: string): boolean =>
  /[\\:\0]|^\//.test(name) || name.split('/').includes('..')
