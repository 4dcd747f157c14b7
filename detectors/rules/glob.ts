export * from '../../core/glob.ts'
