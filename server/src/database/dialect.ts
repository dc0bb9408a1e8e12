/** The databases the server speaks. */
export type Dialect = 'sqlite' | 'postgres'
