export * from '../../core/due-queue.ts'
