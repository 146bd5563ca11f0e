using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vantage.Host.Tests.RealData;

namespace Vantage.Host.Tests;

/// <summary>Many who take answers slowly.</summary>
internal static class SlowReaders
{
    private const int Readers = 1_000;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// A thousand read these paths slowly for so long. Each must have its answer or be told with 503 when to come again, and some of each kind; the host must stay within
    /// the memory.
    /// </summary>
    /// <param name="meanwhile">What somebody else does, over and over.</param>
    public static async Task AThousandAsync(HostProcess host, string[] paths, TimeSpan time, long mostMemory, Func<Task> meanwhile)
    {
        using var leave = new CancellationTokenSource();
        var readers = Enumerable.Range(0, Readers).Select(i => ReadAsync(host, paths[i % paths.Length], leave.Token)).ToArray();
        var (memory, watch) = (0L, Stopwatch.StartNew());
        while (watch.Elapsed < time)
        {
            memory = Math.Max(memory, host.MemoryBytes);
            await meanwhile();
            await Task.Delay(Rest);
        }

        await leave.CancelAsync();
        var answers = await Task.WhenAll(readers);
        Assert.InRange(memory, 1, mostMemory);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 503, $"{answer.Status}: {answer.Head}"));
        Assert.All(answers.Where(answer => answer.Status == 503), answer =>
        {
            Assert.Contains("Retry-After:", answer.Head, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("application/problem+json", answer.Head, StringComparison.Ordinal);
        });
        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.Contains(answers, answer => answer.Status == 503);
    }

    /// <summary>Asks, and takes some bytes a second of whatever comes, until it is told to leave; gives what the answer began with.</summary>
    private static async Task<(int Status, string Head)> ReadAsync(HostProcess host, string path, CancellationToken leave)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, host.HttpPort, CancellationToken.None);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {host.Client.DefaultRequestHeaders.Authorization}\r\n\r\n"), CancellationToken.None);
        var head = new StringBuilder();
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, leave) is > 0 and var got)
            {
                if (head.Length < 2_000)
                {
                    head.Append(Encoding.Latin1.GetString(buffer, 0, got));
                }

                await Task.Delay(1_000, leave);
            }
        }
        catch (OperationCanceledException)
        {
            // It has waited long enough.
        }
        catch (SocketException cut) when (cut.SocketErrorCode == SocketError.ConnectionReset && head.Length > 0)
        {
            // Too slow even for the buffers between: docs/operations.md says when the host cuts an answer that is not taken.
        }

        var text = head.ToString();
        return (text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0, text);
    }
}
