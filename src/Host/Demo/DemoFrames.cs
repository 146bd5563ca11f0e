using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text;
using Vantage.Actors.Cameras;
using Vantage.Host.Settings;
using Vantage.Host.Video;

namespace Vantage.Host.Demo;

/// <summary>What the demonstration's cameras see: a street, drawn from what the camera covers and from its key, by day or night, a little further every second.</summary>
internal sealed class DemoFrames(HostSettings settings, TimeProvider time)
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Horizon = 176;

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private volatile FrozenSet<string> _cameras = [];

    /// <summary>Takes the demonstration's own cameras, by key; those that somebody registers beside them are connected to nothing.</summary>
    public void Take(IEnumerable<string> cameras) => _cameras = cameras.ToFrozenSet(StringComparer.Ordinal);

    public bool Has(string camera) => _cameras.Contains(camera);

    /// <summary>The picture of a moment; of a camera that is offline the last one that it gave, some while before this host started.</summary>
    public StillAnswer Draw(CameraView camera, DateTimeOffset now)
    {
        var key = camera.Registered.Camera;
        var isOffline = camera.State == CameraState.Offline;
        var at = isOffline ? _started.AddMinutes(-20 - (HashOf(key) % 600)) : now;
        var svg = new Frame(camera.Registered, HashOf(key), TimeZoneInfo.ConvertTime(at, _zone)).Draw();
        return new StillAnswer(new Still(Encoding.UTF8.GetBytes(svg), "image/svg+xml", at), isOffline ? VideoProblem.Unreachable : null);
    }

    private static uint HashOf(string key)
    {
        var hash = 2166136261u;
        foreach (var letter in key)
        {
            hash = unchecked((hash ^ letter) * 16777619u);
        }

        return hash ^ (hash >> 15);
    }

    /// <summary>One picture being drawn, from the back to the front.</summary>
    private sealed class Frame(CameraRegistered camera, uint hash, DateTimeOffset at)
    {
        private readonly StringBuilder _svg = new(12_000);
        private readonly double _seconds = at.ToUnixTimeMilliseconds() / 1000.0;
        private uint _dice = hash | 1;

        /// <summary>0 at night, 1 by day, between them at dusk and dawn.</summary>
        private double Light { get; } = Math.Clamp(Math.Min(at.TimeOfDay.TotalHours - 5, 18.75 - at.TimeOfDay.TotalHours) / 1.5, 0, 1);

        private bool IsNight => Light < 0.35;

        private string Class => camera.Classes.Length > 0 ? camera.Classes[0] : "";

        public string Draw()
        {
            Add($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Width} {Height}' width='{Width}' height='{Height}'>");
            Sky();
            Skyline();
            Landmark();
            Ground();
            Traffic();
            People();
            Writing();
            return _svg.Append("</svg>").ToString();
        }

        private void Sky()
        {
            Add($"<defs><linearGradient id='s' x1='0' y1='0' x2='0' y2='1'><stop offset='0' stop-color='{Lit("#0b1220", "#7fa6c9")}'/><stop offset='1' stop-color='{Lit("#1d2740", "#d3dde4")}'/></linearGradient></defs>");
            Add($"<rect width='{Width}' height='{Horizon + 4}' fill='url(#s)'/>");
        }

        /// <summary>Houses behind: some windows are lit at night, and not always the same.</summary>
        private void Skyline()
        {
            for (var x = -20.0; x < Width;)
            {
                var (width, height) = (Next(44, 96), Next(40, 128));
                var tone = (int)Next(0, 3);
                Rect(x, Horizon - height, width - 3, height + 4, Lit(tone == 0 ? "#141b29" : tone == 1 ? "#18202f" : "#1b2331", tone == 0 ? "#93a0aa" : tone == 1 ? "#a9b1b5" : "#b9b3a8"));
                for (var y = Horizon - height + 9; y < Horizon - 12; y += 15)
                {
                    for (var w = x + 7; w < x + width - 12; w += 13)
                    {
                        var lit = Next(0, 1) > 0.62 ^ (Math.Floor((_seconds / 600) + w) % 7 == 0);
                        Rect(w, y, 6, 8, IsNight ? (lit ? "#d9b169" : "#232c3d") : "#7d8b97");
                    }
                }

                x += width;
            }
        }

        /// <summary>What the camera is there for.</summary>
        private void Landmark()
        {
            var (x, house) = (Next(60, 340), Lit("#2a2f3b", "#c6bfb2"));
            switch (Class)
            {
                case "标准化菜市场" or "集中投诉较多区域":
                    for (var i = 0; i < 4; i++)
                    {
                        Stall(x - 50 + (i * 84), i);
                    }

                    break;
                case "三甲医院":
                    Rect(x, 62, 190, 120, house);
                    Windows(x + 12, 84, 8, 5, 21);
                    Rect(x + 82, 68, 8, 24, "#c44");
                    Rect(x + 74, 76, 24, 8, "#c44");
                    Sign(x + 120, 82, "急诊");
                    break;
                case "高等院校（本科）" or "中学（高考考点）":
                    Rect(x, 110, 220, 70, house);
                    Windows(x + 12, 122, 9, 2, 23);
                    Rect(x - 16, 150, 252, 30, Lit("#30323a", "#a9937c"));
                    Rect(x + 104, 40, 3, 112, "#8d949b");
                    Add($"<rect x='{N(x + 107)}' y='42' width='30' height='18' fill='#b8322e'><animate attributeName='width' values='30;26;30' dur='3s' repeatCount='indefinite'/></rect>");
                    Sign(x + 60, 168, "学校");
                    break;
                case "景观区域" or "主要墓园":
                    Add($"<ellipse cx='{N(x + 120)}' cy='182' rx='210' ry='22' fill='{Lit("#15222c", "#7f9eab")}'/>");
                    for (var i = 0; i < 7; i++)
                    {
                        Tree(x - 90 + (i * 68), 178 + (i % 2 * 6), 26 + Next(0, 14));
                    }

                    break;
                case "地铁换乘站点":
                    Rect(x, 122, 130, 60, Lit("#2b3240", "#b7c3ca"));
                    Rect(x + 42, 138, 46, 44, "#11161f");
                    Add($"<circle cx='{N(x + 65)}' cy='104' r='15' fill='#c8372f'/><text x='{N(x + 65)}' y='110' font-size='17' font-weight='700' text-anchor='middle' fill='#fff'>M</text>");
                    Sign(x + 65, 134, "地铁");
                    break;
                case "渣土码头周边道路" or "渣土主要卸点周边道路":
                    Rect(x - 60, 148, 320, 32, Lit("#23384a", "#5d86a3"));
                    Add($"<path d='M{N(x)} 178 L{N(x + 70)} 118 L{N(x + 150)} 178 Z' fill='{Lit("#33291f", "#8d7358")}'/>");
                    Rect(x + 196, 34, 6, 146, "#a8842f");
                    Rect(x + 130, 34, 120, 5, "#a8842f");
                    Add($"<path d='M{N(x + 150)} 39 v{N(34 + (14 * Math.Sin(_seconds / 4)))}' stroke='#a8842f' stroke-width='2'/>");
                    break;
                case "过江通道（隧道、大桥）出入口":
                    Add($"<path d='M{N(x - 10)} 182 v-40 a90 62 0 0 1 180 0 v40 Z' fill='{Lit("#30353d", "#9aa0a3")}'/><path d='M{N(x + 14)} 182 v-34 a66 46 0 0 1 132 0 v34 Z' fill='#0b0e13'/>");
                    for (var i = 0; i < 4; i++)
                    {
                        Rect(x + 40 + (i * 26), 132, 12, 3, "#e3b45b");
                    }

                    break;
                case "城市综合体" or "进博会保障区域":
                    Rect(x, 24, 92, 158, Lit("#1c2a3a", "#88a9bf"));
                    Windows(x + 8, 34, 4, 9, 21);
                    Rect(x + 92, 96, 150, 86, Lit("#26303e", "#a5b7c0"));
                    Sign(x + 166, 122, Class == "城市综合体" ? "广场" : "会展中心");
                    break;
                default:
                    for (var i = 0; i < 6; i++)
                    {
                        Tree(10 + (i * 126) + Next(0, 30), 180, 20 + Next(0, 10));
                    }

                    break;
            }
        }

        private void Ground()
        {
            Add($"<rect y='{Horizon}' width='{Width}' height='{Height - Horizon}' fill='{Lit("#1a1e26", "#8b8f8d")}'/>");
            Add($"<path d='M286 {Horizon} L352 {Horizon} L600 {Height} L20 {Height} Z' fill='{Lit("#23272f", "#5c6166")}'/>");
            for (var i = 0; i < 9; i++)
            {
                var near = (i + 0.2) / 9;
                var far = (i + 0.6) / 9;
                Add($"<path d='M{N(MiddleAt(near) - (1 + near * 3))} {N(DepthAt(near))} L{N(MiddleAt(near) + (1 + near * 3))} {N(DepthAt(near))} L{N(MiddleAt(far) + (1 + far * 3))} {N(DepthAt(far))} L{N(MiddleAt(far) - (1 + far * 3))} {N(DepthAt(far))} Z' fill='{Lit("#8b8464", "#dcd6b8")}'/>");
            }

            for (var side = -1; side <= 1; side += 2)
            {
                for (var i = 0; i < 3 && IsNight; i++)
                {
                    var share = 0.12 + (i * 0.28);
                    var lamp = MiddleAt(share) + (side * (50 + (share * 300)));
                    Add($"<circle cx='{N(lamp)}' cy='{N(DepthAt(share) - 40 - (share * 90))}' r='{N(10 + (share * 26))}' fill='#f0c36a' opacity='0.13'/>");
                    Rect(lamp - 1, DepthAt(share) - 40 - (share * 90), 2 + share, 40 + (share * 90), "#3a4049");
                    Add($"<circle cx='{N(lamp)}' cy='{N(DepthAt(share) - 40 - (share * 90))}' r='{N(2 + (share * 3))}' fill='#ffdf9a'/>");
                }
            }
        }

        /// <summary>Cars come and go, each at its own pace; lorries where they belong.</summary>
        private void Traffic()
        {
            string[] paint = ["#c9ccce", "#3d4650", "#8f2f2b", "#2f4d74", "#e7e4da", "#1f2226"];
            var busy = Class is "重点道路" or "过江通道（隧道、大桥）出入口" or "主要路段" or "地铁换乘站点" ? 7 : 4;
            var cars = Enumerable.Range(0, busy).Select(i => (
                Share: Fraction((_seconds / Next(9, 22)) + Next(0, 1)), IsComing: i % 2 == 0, Paint: paint[(int)Next(0, 5.99)],
                IsLorry: Class.Contains("渣土", StringComparison.Ordinal) ? i % 2 == 0 : Next(0, 1) > 0.86)).ToList();
            foreach (var (share, isComing, colour, isLorry) in cars.Select(car => car with { Share = car.IsComing ? car.Share : 1 - car.Share }).OrderBy(car => car.Share))
            {
                var size = 6 + (share * share * 92);
                var (x, y) = (MiddleAt(share) + ((isComing ? -1 : 1) * (14 + (share * 128))), DepthAt(share));
                var (w, h) = (size * 0.9, size * (isLorry ? 0.95 : 0.55));
                Add($"<g transform='translate({N(x - (w / 2))} {N(y - h)})'><ellipse cx='{N(w / 2)}' cy='{N(h)}' rx='{N(w * 0.58)}' ry='{N(h * 0.12)}' fill='#000' opacity='0.35'/>");
                Add($"<rect width='{N(w)}' height='{N(h)}' rx='{N(size * 0.12)}' fill='{(isLorry ? "#a0762c" : colour)}'/><rect x='{N(w * 0.14)}' y='{N(h * 0.1)}' width='{N(w * 0.72)}' height='{N(h * 0.34)}' rx='{N(size * 0.06)}' fill='#1b232c'/>");
                var lamp = isComing ? (IsNight ? "#fff3cf" : "#e8e8e0") : (IsNight ? "#ff4433" : "#a33");
                Add($"<rect x='{N(w * 0.06)}' y='{N(h * 0.6)}' width='{N(w * 0.18)}' height='{N(h * 0.16)}' fill='{lamp}'/><rect x='{N(w * 0.76)}' y='{N(h * 0.6)}' width='{N(w * 0.18)}' height='{N(h * 0.16)}' fill='{lamp}'/></g>");
            }
        }

        private void People()
        {
            string[] coats = ["#5b6b7d", "#7d4b46", "#3f5a49", "#8a7446", "#4a4a63"];
            var crowd = Class is "标准化菜市场" or "集中投诉较多区域" ? 9 : IsNight ? 2 : 4;
            for (var i = 0; i < crowd; i++)
            {
                var (pace, start, size) = (Next(50, 110), Next(0, 1), 13 + Next(0, 9));
                var share = Fraction((_seconds / pace) + start);
                var x = i % 2 == 0 ? share * Width : Width - (share * Width);
                var y = Horizon + 12 + (size * 0.8) + (Math.Abs(Math.Sin(_seconds * 4 + i)) * 1.2);
                Add($"<circle cx='{N(x)}' cy='{N(y - (size * 1.45))}' r='{N(size * 0.24)}' fill='#b99678'/><rect x='{N(x - (size * 0.28))}' y='{N(y - (size * 1.2))}' width='{N(size * 0.56)}' height='{N(size * 0.75)}' rx='3' fill='{coats[i % coats.Length]}'/><rect x='{N(x - (size * 0.2))}' y='{N(y - (size * 0.5))}' width='{N(size * 0.4)}' height='{N(size * 0.5)}' fill='#22262c'/>");
            }
        }

        private void Writing()
        {
            Add($"<rect width='{Width}' height='{Height}' fill='#0a1018' opacity='{N(0.06 + ((1 - Light) * 0.12))}'/>");
            Add($"<g font-family='Consolas,Menlo,monospace' font-size='17' fill='#f2f4f5' stroke='#000' stroke-opacity='.55' stroke-width='3' paint-order='stroke'><text x='14' y='27'>{at:yyyy-MM-dd HH:mm:ss}</text></g>");
            Add($"<g font-family='\"PingFang SC\",\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif' fill='#f2f4f5' stroke='#000' stroke-opacity='.55' stroke-width='3' paint-order='stroke'><text x='{Width - 14}' y='{Height - 14}' text-anchor='end' font-size='18'>{WebUtility.HtmlEncode(camera.Name)}</text><text x='{Width - 14}' y='27' text-anchor='end' font-size='16' fill='#f0c36a'>模拟画面</text></g>");
        }

        private void Stall(double x, int index)
        {
            string[] cloth = ["#a8443c", "#3f7a55", "#b58a37", "#3f6a92"];
            Rect(x, 150, 74, 32, Lit("#2c2f36", "#9c9a92"));
            for (var i = 0; i < 6; i++)
            {
                Rect(x - 4 + (i * 13.6), 132, 13.6, 18, i % 2 == 0 ? cloth[index % cloth.Length] : "#d8d2c4");
                Add($"<circle cx='{N(x + 6 + (i * 12))}' cy='156' r='5' fill='{cloth[(index + i) % cloth.Length]}'/>");
            }
        }

        private void Tree(double x, double foot, double size)
        {
            Rect(x - 2, foot - size, 4, size, Lit("#241d18", "#6b543f"));
            Add($"<circle cx='{N(x + (Math.Sin((_seconds / 3) + x) * 1.2))}' cy='{N(foot - size - (size * 0.6))}' r='{N(size * 0.8)}' fill='{Lit("#17261d", "#5f7f58")}'/>");
        }

        private void Windows(double x, double y, int columns, int rows, double step)
        {
            for (var i = 0; i < columns * rows; i++)
            {
                Rect(x + (i % columns * step), y + (i / columns * 17), step * 0.6, 9, IsNight ? (Next(0, 1) > 0.5 ? "#d9b169" : "#222a38") : "#6f8494");
            }
        }

        private void Sign(double x, double y, string text)
            => Add($"<text x='{N(x)}' y='{N(y)}' font-size='15' font-weight='700' text-anchor='middle' font-family='\"PingFang SC\",\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif' fill='{(IsNight ? "#ffd98a" : "#7a2d28")}'>{text}</text>");

        private void Rect(double x, double y, double width, double height, string fill)
            => Add($"<rect x='{N(x)}' y='{N(y)}' width='{N(width)}' height='{N(height)}' fill='{fill}'/>");

        private static double DepthAt(double share) => Horizon + (share * share * (Height - Horizon + 60));

        private static double MiddleAt(double share) => 319 - (share * share * 9);

        private static double Fraction(double value) => value - Math.Floor(value);

        /// <summary>A colour between its night and its day.</summary>
        private string Lit(string night, string day)
        {
            var (from, to) = (Convert.ToInt32(night[1..], 16), Convert.ToInt32(day[1..], 16));
            var mixed = 0;
            for (var shift = 0; shift <= 16; shift += 8)
            {
                var (a, b) = ((from >> shift) & 0xFF, (to >> shift) & 0xFF);
                mixed |= (int)(a + ((b - a) * Light)) << shift;
            }

            return string.Create(CultureInfo.InvariantCulture, $"#{mixed:x6}");
        }

        /// <summary>The next of the numbers that belong to this camera.</summary>
        private double Next(double least, double most)
        {
            _dice = unchecked((_dice * 1664525u) + 1013904223u);
            return least + ((_dice >> 8) / (double)(1 << 24) * (most - least));
        }

        private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

        private void Add(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture));
    }
}
