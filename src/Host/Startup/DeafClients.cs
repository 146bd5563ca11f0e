using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Vantage.Host.Startup;

/// <summary>Cuts HTTP and hub connections whose client takes nothing of what waits for it.</summary>
/// <remarks>
/// Kestrel's own data rate does not: it grants time for every byte that the system's buffers took, and those take megabytes, which
/// at a rate that a poor line can keep is hours.
/// </remarks>
internal static class DeafClients
{
    public static void CutDeafClients(this ListenOptions listen, TimeSpan after, TimeProvider time) => listen.Use(next => connection =>
    {
        connection.Transport = new Transport(connection.Transport.Input, new WatchedWriter(connection, connection.Transport.Output, after, time));
        return next(connection);
    });

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>A flush waits while the client leaves too much unread.</summary>
    private sealed class WatchedWriter(ConnectionContext connection, PipeWriter output, TimeSpan after, TimeProvider time) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

        public override long UnflushedBytes => output.UnflushedBytes;

        public override void Advance(int bytes) => output.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);

        public override void CancelPendingFlush() => output.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => output.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => output.CompleteAsync(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            var flush = output.FlushAsync(cancellationToken);
            return flush.IsCompleted ? flush : WatchAsync(flush);
        }

        private async ValueTask<FlushResult> WatchAsync(ValueTask<FlushResult> flush)
        {
            await using var late = time.CreateTimer(
                _ => connection.Abort(new ConnectionAbortedException("The client does not read.")), null, after, Timeout.InfiniteTimeSpan);
            return await flush;
        }
    }
}
