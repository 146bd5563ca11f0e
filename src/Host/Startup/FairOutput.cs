using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Vantage.Host.Startup;

/// <summary>Cuts HTTP and hub connections whose client takes nothing of what waits for it, and lets nobody's long answer hold up the others.</summary>
/// <remarks>
/// Kestrel's own data rate does not cut them: it grants time for every byte that the system's buffers took, and those take megabytes, which
/// at a rate that a poor line can keep is hours. For the same reason a long answer is written for as long as there is room, which is work for
/// a thread: with a hundred of them a question that takes a millisecond would wait for seconds.
/// </remarks>
internal static class FairOutput
{
    public static void KeepOutputFair(this ListenOptions listen, TimeSpan after, TimeProvider time) => listen.Use(next => connection =>
    {
        connection.Transport = new Transport(connection.Transport.Input, new WatchedWriter(connection, connection.Transport.Output, after, time));
        return next(connection);
    });

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>A flush waits while the client leaves too much unread.</summary>
    private sealed class WatchedWriter(ConnectionContext connection, PipeWriter output, TimeSpan after, TimeProvider time) : PipeWriter
    {
        /// <summary>Bytes that are written in one go; then it is the others' turn.</summary>
        private const int Turn = 16 * 1024;

        private int _writtenInTurn;

        public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

        public override long UnflushedBytes => output.UnflushedBytes;

        public override void Advance(int bytes)
        {
            _writtenInTurn += bytes;
            output.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);

        public override void CancelPendingFlush() => output.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => output.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => output.CompleteAsync(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            var flush = output.FlushAsync(cancellationToken);
            var isTurnOver = _writtenInTurn >= Turn;
            if (isTurnOver || !flush.IsCompleted)
            {
                _writtenInTurn = 0;
            }

            return !flush.IsCompleted ? WatchAsync(flush) : isTurnOver && flush.IsCompletedSuccessfully ? LetOthersAsync(flush.Result) : flush;
        }

        private static async ValueTask<FlushResult> LetOthersAsync(FlushResult flushed)
        {
            await Task.Yield();
            return flushed;
        }

        private async ValueTask<FlushResult> WatchAsync(ValueTask<FlushResult> flush)
        {
            await using var late = time.CreateTimer(
                _ => connection.Abort(new ConnectionAbortedException("The client does not read.")), null, after, Timeout.InfiniteTimeSpan);
            return await flush;
        }
    }
}
