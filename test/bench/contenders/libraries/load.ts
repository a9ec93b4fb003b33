// Loads a library of ./package.json. By a name that the compiler does not follow: the project's types are checked where the
// contenders are not installed, too.

/** @returns the module, as those who ask for it describe what they use of it. @throws when it is not installed */
export const load = <Module>(name: string): Promise<Module> => import(name)
